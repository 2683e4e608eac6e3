server
%{ for z in zones }
- ${z}
